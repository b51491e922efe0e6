// What can happen, in words: every kind of event that the journal can hold.

import type { AccessEvent } from '../../../src/access/events.ts';
import type { CertificateEvent } from '../../../src/registry/events.ts';
import { words } from '../../base/language.tsx';

type Kind = AccessEvent['kind'] | CertificateEvent['kind'];

const english = {
  'certificate-reserved': 'Serial number reserved',
  'certificate-issued': 'Certificate issued',
  'certificate-abandoned': 'Certificate given up',
  'certificate-revoked': 'Certificate revoked',
  'certificate-released': 'Certificate released from hold',
  'certificate-deleted': 'Certificate deleted',
  'certificate-labelled': 'Certificate labels changed',
  'certificate-uploaded': 'Certificate put into the inventory',
  'certificate-quota-assigned': 'Certificates assigned to a CA',
  'certificate-crl-requested': 'CRL asked for',
  'user-created': 'User created',
  'user-updated': 'User changed',
  'user-deleted': 'User deleted',
  'group-created': 'Group created',
  'group-updated': 'Group changed',
  'group-deleted': 'Group deleted',
  'group-member-added': 'User added to a group',
  'group-member-removed': 'User removed from a group',
  'role-created': 'Role created',
  'role-updated': 'Role changed',
  'role-deleted': 'Role deleted',
  'access-key-created': 'Access key created',
  'access-key-switched': 'Access key enabled or disabled',
  'access-key-deleted': 'Access key deleted',
  'login-profile-written': 'Password set or changed',
  'login-profile-deleted': 'Password taken away',
  'mfa-device-created': 'MFA device created',
  'mfa-device-bound': 'MFA device bound',
  'mfa-device-unbound': 'MFA device unbound',
  'mfa-device-deleted': 'MFA device deleted',
  'policy-written': 'Policy written',
  'policy-created': 'Policy created',
  'policy-described': 'Policy description changed',
  'policy-version-created': 'Policy version created',
  'policy-version-deleted': 'Policy version deleted',
  'policy-default-version-set': 'Policy version put in force',
  'policy-deleted': 'Policy deleted',
  'policy-attached': 'Policy attached',
  'policy-detached': 'Policy detached',
  'access-tags-changed': 'Tags of roles or policies changed',
  'account-created': 'Account created',
  'account-alias-set': 'Account alias set',
  'password-policy-set': 'Password policy set',
  'call-limit-set': 'Limit of calls set',
  'security-preference-set': 'Security preferences set',
} satisfies Record<Kind, string>;

export const kindWords = words({
  en: english,
  zh: {
    'certificate-reserved': '预留序列号',
    'certificate-issued': '签发证书',
    'certificate-abandoned': '放弃签发证书',
    'certificate-revoked': '吊销证书',
    'certificate-released': '解除证书冻结',
    'certificate-deleted': '删除证书',
    'certificate-labelled': '更改证书标签信息',
    'certificate-uploaded': '证书纳入清单',
    'certificate-quota-assigned': '为 CA 分配证书数量',
    'certificate-crl-requested': '请求发布 CRL',
    'user-created': '创建用户',
    'user-updated': '更改用户',
    'user-deleted': '删除用户',
    'group-created': '创建用户组',
    'group-updated': '更改用户组',
    'group-deleted': '删除用户组',
    'group-member-added': '用户加入用户组',
    'group-member-removed': '用户移出用户组',
    'role-created': '创建角色',
    'role-updated': '更改角色',
    'role-deleted': '删除角色',
    'access-key-created': '创建访问密钥',
    'access-key-switched': '启用或禁用访问密钥',
    'access-key-deleted': '删除访问密钥',
    'login-profile-written': '设置或更改登录密码',
    'login-profile-deleted': '取消登录密码',
    'mfa-device-created': '创建 MFA 设备',
    'mfa-device-bound': '绑定 MFA 设备',
    'mfa-device-unbound': '解绑 MFA 设备',
    'mfa-device-deleted': '删除 MFA 设备',
    'policy-written': '写入策略',
    'policy-created': '创建策略',
    'policy-described': '更改策略描述',
    'policy-version-created': '创建策略版本',
    'policy-version-deleted': '删除策略版本',
    'policy-default-version-set': '启用策略版本',
    'policy-deleted': '删除策略',
    'policy-attached': '附加策略',
    'policy-detached': '分离策略',
    'access-tags-changed': '更改角色或策略的标签',
    'account-created': '创建账号',
    'account-alias-set': '设置账号别名',
    'password-policy-set': '设置密码策略',
    'call-limit-set': '设置调用限额',
    'security-preference-set': '设置安全偏好',
  },
});

/** What a filter offers: kinds by what they are about. `certificate` stands for all kinds that begin so. */
export const kindGroups = {
  certificates: ['certificate-'],
  revocations: ['certificate-revoked', 'certificate-released'],
  usersAndGroups: ['user-', 'group-'],
  keysAndPasswords: ['access-key-', 'login-profile-', 'mfa-device-'],
  roles: ['role-'],
  policies: ['policy-', 'access-tags-'],
  account: ['account-', 'password-policy-', 'call-limit-', 'security-preference-'],
} as const;

export type KindGroup = keyof typeof kindGroups;

export function kindsOf(group: KindGroup): readonly string[] {
  return Object.keys(english).filter((kind) => kindGroups[group].some((beginning) => kind.startsWith(beginning)));
}
