// Makes a root CA, or a subordinate CA below one: its kind, its name, its key and terms, and all of it once more before.

import { Alert, Button, Flex, Form, Typography } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { callOperation, loadCatalog } from '../../base/api.ts';
import { commonWords } from '../../base/common-words.ts';
import { Facts } from '../../base/facts.tsx';
import { useWords } from '../../base/language.tsx';
import { Refusal, Show, useLoaded } from '../../base/loaded.tsx';
import { go, hrefOf, Link, usePlace } from '../../base/route.tsx';
import { commonNameIn } from '../../base/subject-name.ts';
import { type ListedAuthority, listAuthorities } from './authority-data.ts';
import { type Choices, choicesIn, type Draft, parametersOf, steps, tagsOf } from './draft.ts';
import { KindFields, SubjectFields, TermFields } from './draft-fields.tsx';
import { authoritiesWords } from './words.ts';

interface Known {
  readonly roots: readonly ListedAuthority[];
  readonly choices: Choices;
}

async function loadKnown(): Promise<Known> {
  const [{ authorities }, catalog] = await Promise.all([listAuthorities(), loadCatalog()]);
  const isUsable = ({ ParentIdentifier, Status, AfterDate }: ListedAuthority) =>
    ParentIdentifier === '' && Status === 'ISSUE' && AfterDate > Date.now();
  return { roots: authorities.filter(isUsable), choices: choicesIn(catalog) };
}

// biome-ignore lint/style/noDefaultExport: what React loads lazily
export default function Create() {
  const say = useWords(authoritiesWords);
  const [known, retry] = useLoaded(loadKnown);
  return (
    <>
      <Link href={hrefOf('authorities')}>{say.all}</Link>
      <Typography.Title level={1} className="page-title">
        {say.create}
      </Typography.Title>
      <Show loaded={known} retry={retry}>
        {(value) => <Wizard {...value} />}
      </Show>
    </>
  );
}

function Wizard({ roots, choices }: Known) {
  const say = useWords(authoritiesWords);
  const common = useWords(commonWords);
  const { query } = usePlace();
  const [form] = Form.useForm<Draft>();
  const [step, setStep] = useState(0);
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  // The same for every attempt of this wizard, so that trying again does not make two CAs.
  const [clientToken] = useState(() => crypto.randomUUID());
  const draft: Partial<Draft> = Form.useWatch((values) => values, { form, preserve: true }) ?? {};
  const parent = query.get('parent') ?? undefined;
  const [initially] = useState(() => ({
    kind: parent !== undefined || roots.length > 0 ? 'subordinate' : 'root',
    ParentIdentifier: roots.some(({ Identifier }) => Identifier === parent) ? parent : roots[0]?.Identifier,
    CountryCode: 'CN',
    EnableCrl: true,
    CrlDay: 7,
  }));
  const signedBy = roots.find(({ Identifier }) => Identifier === draft.ParentIdentifier);

  const move = useCallback((to: number) => {
    setStep(to);
    setProblem(undefined);
    heading.current?.focus();
  }, []);
  const create = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { action, parameters } = parametersOf(form.getFieldsValue(true));
      const { Identifier } = await callOperation<{ Identifier: string }>(action, {
        ...parameters,
        ClientToken: clientToken,
      });
      go(hrefOf(`authorities/${Identifier}`));
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const names = [say.stepKind, say.stepSubject, say.stepTerms, say.stepReview];
  // Only the fields of this step are there to be checked; what the others hold is kept.
  const next = (): void => {
    if (step < steps.length - 1) move(step + 1);
    else void create();
  };

  return (
    <Form<Draft>
      form={form}
      layout="vertical"
      className="panel create"
      initialValues={initially}
      onFinish={next}
      scrollToFirstError
    >
      <h2 ref={heading} tabIndex={-1} className="step-title">
        {say.step(step + 1, steps.length)}: {names[step]}
      </h2>
      {step === 0 && <KindFields roots={roots} draft={draft} />}
      {step === 1 && <SubjectFields />}
      {step === 2 && (
        <TermFields
          choices={choices}
          draft={draft}
          family={draft.kind === 'subordinate' ? signedBy?.Algorithm : undefined}
        />
      )}
      {step === 3 && <Review draft={draft} signedBy={signedBy} />}
      {problem !== undefined && <Refusal error={problem} />}
      <Flex gap="small" className="gap-above">
        {step > 0 && <Button onClick={() => move(step - 1)}>{say.back}</Button>}
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {step === steps.length - 1 ? say.createThis : say.next}
        </Button>
        <Button type="text" onClick={() => go(hrefOf('authorities'))}>
          {common.cancel}
        </Button>
      </Flex>
    </Form>
  );
}

interface ReviewProps {
  readonly draft: Partial<Draft>;
  readonly signedBy: ListedAuthority | undefined;
}

function Review({ draft, signedBy }: ReviewProps) {
  const say = useWords(authoritiesWords);
  const isSubordinate = draft.kind === 'subordinate';
  const { parameters } = parametersOf(draft as Draft);
  return (
    <>
      <Alert
        type="info"
        showIcon
        title={isSubordinate ? say.reviewSubordinate : say.reviewRoot}
        className="gap-below"
      />
      <Facts
        facts={[
          [say.kind, isSubordinate ? say.subordinate : say.root],
          [say.signedBy, isSubordinate && signedBy && commonNameIn(signedBy.SubjectDN)],
          [say.commonName, parameters['CommonName']],
          [say.organization, parameters['Organization']],
          [say.organizationUnit, parameters['OrganizationUnit']],
          [say.locality, parameters['Locality']],
          [say.stateOrProvince, parameters['State']],
          [say.country, parameters['CountryCode']],
          [say.key, parameters['Algorithm']],
          [say.years, parameters['Years']],
          [say.longestDays, parameters['CertMaxTime']],
          [say.pathLength, parameters['PathLenConstraint']],
          [say.crlDays, parameters['CrlDay']],
          [say.crlPartitions, parameters['CrlPartitions']],
          [say.usages, isSubordinate && draft.ExtendedKeyUsages?.join(', ')],
          [say.resourceGroup, parameters['ResourceGroupId']],
          [
            say.tags,
            draft.tags?.trim() && tagsOf(draft.tags).map((tag) => <div key={tag.join('=')}>{tag.join('=')}</div>),
          ],
        ]}
      />
    </>
  );
}
