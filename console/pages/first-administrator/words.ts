// What the page of the first administrator says.

import { words } from '../../base/language.tsx';

export const administratorWords = words({
  en: {
    heading: 'Make the first administrator',
    lead: 'You are signed in as root, who may do everything and cannot be limited. Make a user for daily work, and keep the root for emergencies.',
    userName: 'User name',
    userNameRule: '1 to 64 letters, digits, points, underscores and hyphens.',
    make: 'Make the administrator',
    later: 'Not now: go on as root',
    madeHeading: 'The administrator is made',
    signInAs: 'It signs in as',
    bindHeading: 'Its second factor',
    withoutDevice: 'Without a second factor',
    ready: 'The next time you sign in, use this name and the password. You can sign out as root now.',
    goOn: 'Go on as root',
  },
  zh: {
    heading: '创建首个管理员',
    lead: '当前以 root 身份登录，root 拥有全部权限且不受限制。请创建一个日常使用的用户，root 仅用于紧急情况。',
    userName: '用户名',
    userNameRule: '1 到 64 个字母、数字、点、下划线或连字符。',
    make: '创建管理员',
    later: '暂不创建：继续以 root 身份使用',
    madeHeading: '管理员已创建',
    signInAs: '登录名',
    bindHeading: '第二因素',
    withoutDevice: '不使用第二因素',
    ready: '下次请用此登录名和密码登录。现在可以退出 root。',
    goOn: '继续以 root 身份使用',
  },
});
