// Samples in Python, for the vendor's generic client.

import { keyVariables, parameterLines, quoted, type SampleCall, type SampleLanguage } from './sample.ts';

export const python: SampleLanguage = {
  id: 'python',
  title: 'Python',
  make: (call) => ({
    program: { name: 'main.py', text: program(call) },
    others: [{ name: 'requirements.txt', text: requirements }],
    install: 'pip install -r requirements.txt',
    run: 'python3 main.py',
  }),
};

const requirements = 'alibabacloud-tea-openapi>=0.3.8,<0.4\nalibabacloud-tea-util>=0.3.11,<0.4\n';

function program(call: SampleCall): string {
  const { action, version, scheme, host } = call;
  return `import json
import os

from alibabacloud_tea_openapi import models as open_api
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_util import models as util

# The key comes from the environment and is never written into a program.
client = Client(
    open_api.Config(
        access_key_id=os.environ["${keyVariables.id}"],
        access_key_secret=os.environ["${keyVariables.secret}"],
        security_token=os.environ.get("${keyVariables.token}"),
        endpoint=${quoted(host)},
        protocol="${scheme}",
    )
)

api = open_api.Params(
    action=${quoted(action)},
    version=${quoted(version)},
    protocol="${scheme.toUpperCase()}",
    pathname="/",
    method="POST",
    auth_type="AK",
    style="RPC",
    req_body_type="formData",
    body_type="json",
)

request = open_api.OpenApiRequest(
    query={
${parameterLines(call, (name, text) => `        ${quoted(name)}: ${quoted(text)},`)}
    }
)

answer = client.call_api(api, request, util.RuntimeOptions())
print(json.dumps(answer["body"], indent=2, ensure_ascii=False))
`;
}
