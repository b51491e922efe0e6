// What many pages say.

import { words } from './language.tsx';

export const commonWords = words({
  en: {
    add: 'Add',
    cancel: 'Cancel',
    close: 'Close',
    copied: 'Copied',
    copy: 'Copy',
    download: 'Download',
    loading: 'Loading…',
    remove: 'Remove',
    retry: 'Try again',
    required: 'required',
    diagnose: 'What does this mean?',
    failed: 'That did not work',
    notAllowed: (action: string) =>
      `None of your policies allows ${action}. Somebody who administers access can attach one that does.`,
    deniedByStatement: (action: string) =>
      `A statement of one of your policies denies ${action}, whatever others allow.`,
  },
  zh: {
    add: '添加',
    cancel: '取消',
    close: '关闭',
    copied: '已复制',
    copy: '复制',
    download: '下载',
    loading: '加载中…',
    remove: '移除',
    retry: '重试',
    required: '必填',
    diagnose: '这是什么意思？',
    failed: '操作未成功',
    notAllowed: (action: string) => `您的策略均未允许 ${action}。访问权限管理员可以为您附加允许该操作的策略。`,
    deniedByStatement: (action: string) => `您的某条策略语句拒绝了 ${action}，其他策略的允许不起作用。`,
  },
});
