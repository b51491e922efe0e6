// Samples in Java, for the vendor's generic client.

import { keyVariables, nonAscii, parameterLines, quoted, type SampleCall, type SampleLanguage } from './sample.ts';

export const java: SampleLanguage = {
  id: 'java',
  title: 'Java',
  make: (call) => ({
    program: { name: 'src/main/java/Main.java', text: program(call) },
    others: [{ name: 'pom.xml', text: pom }],
    install: 'mvn -q compile',
    run: 'mvn -q exec:java -Dexec.mainClass=Main',
  }),
};

/** The compiler reads escapes of units above ASCII before anything else; those below never come out of `quoted` harmful. */
const literal = (text: string): string => quoted(text, nonAscii);

function program(call: SampleCall): string {
  const { action, version, scheme, host } = call;
  return `import com.aliyun.teaopenapi.Client;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.Common;
import com.aliyun.teautil.models.RuntimeOptions;
import java.util.LinkedHashMap;
import java.util.Map;

public class Main {
    public static void main(String[] args) throws Exception {
        // The key comes from the environment and is never written into a program.
        Config config = new Config()
            .setAccessKeyId(System.getenv("${keyVariables.id}"))
            .setAccessKeySecret(System.getenv("${keyVariables.secret}"))
            .setSecurityToken(System.getenv("${keyVariables.token}"))
            .setEndpoint(${literal(host)})
            .setProtocol("${scheme}");
        Params api = new Params()
            .setAction(${literal(action)})
            .setVersion(${literal(version)})
            .setProtocol("${scheme.toUpperCase()}")
            .setPathname("/")
            .setMethod("POST")
            .setAuthType("AK")
            .setStyle("RPC")
            .setReqBodyType("formData")
            .setBodyType("json");
        Map<String, String> query = new LinkedHashMap<>();
${parameterLines(call, (name, text) => `        query.put(${literal(name)}, ${literal(text)});`)}
        Client client = new Client(config);
        Map<String, ?> answer = client.callApi(api, new OpenApiRequest().setQuery(query), new RuntimeOptions());
        System.out.println(Common.toJSONString(answer.get("body")));
    }
}
`;
}

const pom = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>certitude</groupId>
  <artifactId>sample</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>8</maven.compiler.source>
    <maven.compiler.target>8</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>com.aliyun</groupId>
      <artifactId>tea-openapi</artifactId>
      <version>[0.3.2,0.4)</version>
    </dependency>
    <dependency>
      <groupId>com.aliyun</groupId>
      <artifactId>tea-util</artifactId>
      <version>[0.2.21,0.3)</version>
    </dependency>
  </dependencies>
</project>
`;
