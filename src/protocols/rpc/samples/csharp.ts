// Samples in C#, for the vendor's generic client.

import { keyVariables, nonAscii, parameterLines, quoted, type SampleCall, type SampleLanguage } from './sample.ts';

export const csharp: SampleLanguage = {
  id: 'csharp',
  title: 'C#',
  make: (call) => ({
    program: { name: 'Program.cs', text: program(call) },
    others: [{ name: 'Sample.csproj', text: project }],
    install: 'dotnet restore',
    run: 'dotnet run',
  }),
};

const literal = (text: string): string => quoted(text, nonAscii);

function program(call: SampleCall): string {
  const { action, version, scheme, host } = call;
  return `using System;
using System.Collections.Generic;
using AlibabaCloud.OpenApiClient;
using AlibabaCloud.OpenApiClient.Models;
using AlibabaCloud.TeaUtil.Models;

// The key comes from the environment and is never written into a program.
var config = new Config
{
    AccessKeyId = Environment.GetEnvironmentVariable("${keyVariables.id}"),
    AccessKeySecret = Environment.GetEnvironmentVariable("${keyVariables.secret}"),
    SecurityToken = Environment.GetEnvironmentVariable("${keyVariables.token}"),
    Endpoint = ${literal(host)},
    Protocol = "${scheme}",
};

var api = new Params
{
    Action = ${literal(action)},
    Version = ${literal(version)},
    Protocol = "${scheme.toUpperCase()}",
    Pathname = "/",
    Method = "POST",
    AuthType = "AK",
    Style = "RPC",
    ReqBodyType = "formData",
    BodyType = "json",
};

var request = new OpenApiRequest
{
    Query = new Dictionary<string, string>
    {
${parameterLines(call, (name, text) => `        { ${literal(name)}, ${literal(text)} },`)}
    },
};

var answer = new Client(config).CallApi(api, request, new RuntimeOptions());
Console.WriteLine(AlibabaCloud.TeaUtil.Common.ToJSONString(answer["body"]));
`;
}

const project = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net8.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="AlibabaCloud.OpenApiClient" Version="0.1.*" />
  </ItemGroup>
</Project>
`;
