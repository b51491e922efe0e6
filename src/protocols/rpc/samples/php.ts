// Samples in PHP, for the vendor's generic client.

import { keyVariables, parameterLines, type SampleCall, type SampleLanguage } from './sample.ts';

export const php: SampleLanguage = {
  id: 'php',
  title: 'PHP',
  make: (call) => ({
    program: { name: 'main.php', text: program(call) },
    others: [{ name: 'composer.json', text: composer }],
    install: 'composer install',
    run: 'php main.php',
  }),
};

/** In single quotes only the quote and the backslash mean anything. */
const literal = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

function program(call: SampleCall): string {
  const { action, version, scheme, host } = call;
  return `<?php

require __DIR__ . '/vendor/autoload.php';

use AlibabaCloud\\Tea\\Utils\\Utils\\RuntimeOptions;
use Darabonba\\OpenApi\\Models\\Config;
use Darabonba\\OpenApi\\Models\\OpenApiRequest;
use Darabonba\\OpenApi\\Models\\Params;
use Darabonba\\OpenApi\\OpenApiClient;

// The key comes from the environment and is never written into a program.
$client = new OpenApiClient(new Config([
    'accessKeyId' => getenv('${keyVariables.id}'),
    'accessKeySecret' => getenv('${keyVariables.secret}'),
    'securityToken' => getenv('${keyVariables.token}') ?: null,
    'endpoint' => ${literal(host)},
    'protocol' => '${scheme}',
]));

$api = new Params([
    'action' => ${literal(action)},
    'version' => ${literal(version)},
    'protocol' => '${scheme.toUpperCase()}',
    'pathname' => '/',
    'method' => 'POST',
    'authType' => 'AK',
    'style' => 'RPC',
    'reqBodyType' => 'formData',
    'bodyType' => 'json',
]);

$request = new OpenApiRequest([
    'query' => [
${parameterLines(call, (name, text) => `        ${literal(name)} => ${literal(text)},`)}
    ],
]);

$answer = $client->callApi($api, $request, new RuntimeOptions([]));
echo json_encode($answer['body'], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), PHP_EOL;
`;
}

const composer = `${JSON.stringify({ require: { 'alibabacloud/darabonba-openapi': '^0.2.12', 'alibabacloud/tea-utils': '^0.2.21' } }, null, 2)}\n`;
