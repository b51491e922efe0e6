// Samples in Go, for the vendor's generic client.

import { keyVariables, parameterLines, quoted, type SampleCall, type SampleLanguage } from './sample.ts';

export const go: SampleLanguage = {
  id: 'go',
  title: 'Go',
  make: (call) => ({
    program: { name: 'main.go', text: program(call) },
    others: [{ name: 'go.mod', text: goMod }],
    install: 'go mod tidy',
    run: 'go run .',
  }),
};

const goMod = `module certitude-sample

go 1.21
`;

function program(call: SampleCall): string {
  const { action, version, scheme, host } = call;
  return `package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"
)

func main() {
	// The key comes from the environment and is never written into a program.
	config := &openapi.Config{
		AccessKeyId:     tea.String(os.Getenv("${keyVariables.id}")),
		AccessKeySecret: tea.String(os.Getenv("${keyVariables.secret}")),
		Endpoint:        tea.String(${quoted(host)}),
		Protocol:        tea.String("${scheme}"),
	}
	if token := os.Getenv("${keyVariables.token}"); token != "" {
		config.SecurityToken = tea.String(token)
	}
	client, err := openapi.NewClient(config)
	if err != nil {
		log.Fatal(err)
	}
	api := &openapi.Params{
		Action:      tea.String(${quoted(action)}),
		Version:     tea.String(${quoted(version)}),
		Protocol:    tea.String("${scheme.toUpperCase()}"),
		Pathname:    tea.String("/"),
		Method:      tea.String("POST"),
		AuthType:    tea.String("AK"),
		Style:       tea.String("RPC"),
		ReqBodyType: tea.String("formData"),
		BodyType:    tea.String("json"),
	}
	query := map[string]*string{}
${parameterLines(call, (name, text) => `	query[${quoted(name)}] = tea.String(${quoted(text)})`)}
	answer, err := client.CallApi(api, &openapi.OpenApiRequest{Query: query}, &util.RuntimeOptions{})
	if err != nil {
		log.Fatal(err)
	}
	text, err := json.MarshalIndent(answer["body"], "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
}
`;
}
