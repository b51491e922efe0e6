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
  },
});
