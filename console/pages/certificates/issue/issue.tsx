// The form for a new certificate, and what came of it.

import { Alert, Button, Card, Empty, Segmented, Typography } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { EncodingError } from '../../../../src/pki/der-writer.ts';
import { callOperation } from '../../../base/api.ts';
import { keyName } from '../../../base/cert-view.tsx';
import { Choice } from '../../../base/choice.tsx';
import { useWords } from '../../../base/language.tsx';
import { Refusal, Show, useLoaded } from '../../../base/loaded.tsx';
import { hrefOf, Link, usePlace } from '../../../base/route.tsx';
import { type CertificateRow, listAuthorities, nameOf } from '../certificate-data.ts';
import { certificatesWords } from '../words.ts';
import { makeKeyAndRequest, UnfitName } from './browser-key.ts';
import {
  callFor,
  emptyForm,
  fitting,
  givenNames,
  type IssueForm,
  type Kind,
  problemsOf,
  subjectOf,
} from './issue-form.ts';
import { issueWords } from './issue-words.ts';
import { Issued, type IssuedCertificate } from './issued.tsx';
import { KeyFields } from './key-fields.tsx';
import { SubjectFields } from './subject-fields.tsx';
import { TermFields } from './term-fields.tsx';

// biome-ignore lint/style/noDefaultExport: what React loads lazily
export default function Issue() {
  const text = useWords(certificatesWords);
  const say = useWords(issueWords);
  const [authorities, retry] = useLoaded(listAuthorities);
  const [issued, setIssued] = useState<IssuedCertificate>();
  const heading = useRef<HTMLHeadingElement>(null);
  // What was looked at is gone: whoever hears or sees the page begins at its top.
  useEffect(() => {
    if (issued) heading.current?.focus();
  }, [issued]);
  return (
    <>
      <Link href={hrefOf('certificates')}>{text.allCertificates}</Link>
      <Typography.Title level={1} className="certificates-title" ref={heading} tabIndex={-1}>
        {issued ? say.issued : say.heading}
      </Typography.Title>
      {issued ? (
        <Issued certificate={issued} again={() => setIssued(undefined)} />
      ) : (
        <Show loaded={authorities} retry={retry}>
          {(known) => <Form issuers={known.filter(mayIssue)} onIssued={setIssued} />}
        </Show>
      )}
    </>
  );
}

function mayIssue({ Kind, Status, Expired }: CertificateRow): boolean {
  return Kind === 'subordinate' && Status === 'good' && !Expired;
}

interface FormProps {
  readonly issuers: readonly CertificateRow[];
  readonly onIssued: (certificate: IssuedCertificate) => void;
}

function Form({ issuers, onIssued }: FormProps) {
  const say = useWords(issueWords);
  const id = useId();
  const asked = usePlace().query.get('issuer');
  const chosen = issuers.length === 1 ? issuers[0] : issuers.find(({ Identifier }) => Identifier === asked);
  const [filled, setForm] = useState<IssueForm>({
    ...emptyForm,
    source: isSecureContext ? 'browser' : 'csr',
    issuer: chosen?.Identifier ?? '',
  });
  const { isBusy, problem, issue } = useIssuing(onIssued);
  // Complaints come with the first try, and go with what mends them.
  const [wasTried, setTried] = useState(false);
  const issuer = issuers.find(({ Identifier }) => Identifier === filled.issuer);
  const form = fitting(filled, issuer?.KeyAlgorithm ?? '');
  const problems = problemsOf(form);
  const put = (change: Partial<IssueForm>) => setForm((before) => ({ ...before, ...change }));
  if (issuers.length === 0) {
    return (
      <Empty description={say.noIssuer}>
        <Link href={hrefOf('authorities')}>{say.toAuthorities}</Link>
      </Empty>
    );
  }
  return (
    <form
      className="issue-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (problems.length === 0) void issue(form);
      }}
    >
      <Card size="small" title={<h2>{say.kind}</h2>}>
        <Segmented<Kind>
          aria-label={say.kindLabel}
          value={form.kind}
          options={(['client', 'server', 'custom'] as const).map((value) => ({ value, label: say[value] }))}
          onChange={(kind) => put(kindChange(kind, form))}
        />
        <p className="quiet">{say[`${form.kind}Help`]}</p>
        <label htmlFor={id}>{say.issuer}</label>
        <Choice
          id={id}
          value={form.issuer}
          options={[
            { value: '', label: say.chooseIssuer },
            ...issuers.map((each) => ({
              value: each.Identifier,
              label: `${nameOf(each)} (${keyName(each.KeyAlgorithm)})`,
            })),
          ]}
          onChange={(identifier) => put({ issuer: identifier })}
        />
      </Card>
      <KeyFields form={form} put={put} authorityAlgorithm={issuer?.KeyAlgorithm ?? ''} />
      {form.source !== 'csr' && <SubjectFields form={form} put={put} />}
      <TermFields form={form} put={put} />
      {wasTried && problems.length > 0 && (
        <Alert type="error" showIcon role="alert" title={problems.map((each) => <div key={each}>{say[each]}</div>)} />
      )}
      {problem !== undefined && <Problem problem={problem} />}
      <Button type="primary" htmlType="submit" loading={isBusy} className="issue-button">
        {say.issue}
      </Button>
    </form>
  );
}

/** Custom certificates are issued for requests only: their keys are not made by the service. */
function kindChange(kind: Kind, { source }: IssueForm): Partial<IssueForm> {
  const isPossible = kind !== 'custom' || source !== 'service';
  return { kind, names: [], ...(!isPossible && { source: isSecureContext ? 'browser' : 'csr' }) };
}

function Problem({ problem }: { readonly problem: unknown }) {
  const say = useWords(issueWords);
  if (problem instanceof UnfitName) {
    return <Alert type="error" showIcon role="alert" title={say.unfitName(problem.message)} />;
  }
  if (problem instanceof EncodingError) {
    return <Alert type="error" showIcon role="alert" title={say.unfitValue(problem.message)} />;
  }
  return <Refusal error={problem} />;
}

/** As both families of operations answer. */
interface IssueAnswer {
  readonly Identifier: string;
  readonly SerialNumber: string;
  readonly X509Certificate?: string;
  readonly Certificate?: string;
  readonly CertificateChain: string;
}

function useIssuing(onIssued: (certificate: IssuedCertificate) => void) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const issue = async (form: IssueForm): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const made =
        form.source === 'browser'
          ? await makeKeyAndRequest(form.browserAlgorithm, subjectOf(form), givenNames(form))
          : undefined;
      const csr = form.source === 'csr' ? form.csr : made?.csr;
      const { action, parameters } = callFor(form, csr);
      const answer = await callOperation<IssueAnswer>(action, parameters);
      onIssued({
        identifier: answer.Identifier,
        serialNumber: answer.SerialNumber,
        pem: answer.X509Certificate ?? answer.Certificate ?? '',
        chain: answer.CertificateChain,
        ...(made && { pkcs8: made.pkcs8 }),
      });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problem, issue };
}
