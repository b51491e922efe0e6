// What the diagnosis page says.

import { words } from '../../base/language.tsx';

export const diagnosisWords = words({
  en: {
    heading: 'Diagnosis',
    intro: 'Paste the body of a refused call, its error code, or a RequestId.',
    input: 'Error body, code or RequestId',
    diagnose: 'Diagnose',
    nothing: 'There is no error code in this.',
    onlyRequestId:
      'A RequestId alone names the call, not the error. Paste the error body or the code as well; in the service’s log, the lines of this call carry the same requestId.',
    unknownCode: (code: string) => `No operation here answers with the code ${code}.`,
    ofEvery: 'Every operation',
    ofOperation: (name: string) => `Of ${name}`,
    alsoOf: (count: number) =>
      `The same code means other things in ${count} other operations; paste the whole body or choose one:`,
    cause: 'Cause',
    cure: 'Cure',
    sent: 'The message sent with it',
    http: 'HTTP status',
    open: 'Open in the Explorer',
    cureMissing: (name: string) => `Send ${name}. Its form and an example are in the Explorer.`,
    cureInvalid: (name: string, rule: string) => `Send ${name} as it is described: ${rule}`,
    cureRefusal:
      'The state of what the call is about does not allow it. Look at it first, then change the call or the state.',
    cureSignature:
      'Compare the string to sign in the message with the one your client signs. Where they are equal the secret is wrong; where they differ the client or something between changed the request.',
    cureKey:
      'Check the access key id, and whether the key is enabled: `certitude access` lists the keys of an account.',
    cureTime: 'Set the clock of the caller, and sign each request when it is sent.',
    cureNonce: 'Make a new nonce for every request, also for a repeated one.',
    curePermission:
      'Attach a policy that allows the action to the user, or have the call made by one who may. An explicit deny wins over every allow.',
    cureThrottling: 'Wait as long as x-acs-retry-after says (milliseconds), then call again; spread calls evenly.',
    cureVersion: 'Send the version of the API and the name of the operation as the Explorer lists them.',
    cureServer: 'Call again. If it stays so, look into the log of the service for the RequestId.',
    cureRequest: 'Send the request as the message says.',
  },
  zh: {
    heading: '错误诊断',
    intro: '粘贴失败调用的返回体、错误码或 RequestId。',
    input: '错误返回体、错误码或 RequestId',
    diagnose: '诊断',
    nothing: '其中没有错误码。',
    onlyRequestId:
      'RequestId 只标识一次调用，不说明错误。请同时粘贴错误返回体或错误码；服务日志中该调用的各行带有相同的 requestId。',
    unknownCode: (code: string) => `此处没有操作会返回错误码 ${code}。`,
    ofEvery: '所有操作',
    ofOperation: (name: string) => `操作 ${name}`,
    alsoOf: (count: number) => `同一错误码在另外 ${count} 个操作中另有含义；请粘贴完整返回体，或选择操作：`,
    cause: '原因',
    cure: '解决方法',
    sent: '返回的消息',
    http: 'HTTP 状态码',
    open: '在 API 调试中打开',
    cureMissing: (name: string) => `请发送参数 ${name}。表单和示例见 API 调试。`,
    cureInvalid: (name: string, rule: string) => `请按说明发送 ${name}：${rule}`,
    cureRefusal: '对象的当前状态不允许此调用。请先查看其状态，再修改调用或状态。',
    cureSignature:
      '请将消息中的待签名字符串与客户端实际签名的字符串比较。相同则密钥错误；不同则请求在客户端或传输途中被更改。',
    cureKey: '请检查 AccessKey ID 以及密钥是否启用：`certitude access` 可列出账号的密钥。',
    cureTime: '请校准调用方的时钟，并在发送时签名。',
    cureNonce: '每个请求（包括重试）都要使用新的随机数。',
    curePermission: '请为用户附加允许该操作的策略，或由有权限者调用。显式拒绝优先于任何允许。',
    cureThrottling: '请等待 x-acs-retry-after 所示的毫秒数后再调用，并均匀分布调用。',
    cureVersion: '请按 API 调试中列出的版本和操作名发送。',
    cureServer: '请重新调用。若仍然如此，请在服务日志中查找该 RequestId。',
    cureRequest: '请按消息所述发送请求。',
  },
});
