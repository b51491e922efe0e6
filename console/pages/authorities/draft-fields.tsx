// The fields that a CA is made from, step by step.

import { Alert, Checkbox, Form, Input, Radio } from 'antd';
import { Choice } from '../../base/choice.tsx';
import { useWords } from '../../base/language.tsx';
import { commonNameIn } from '../../base/subject-name.ts';
import type { ListedAuthority } from './authority-data.ts';
import type { Choices, Draft } from './draft.ts';
import { authoritiesWords } from './words.ts';

interface KindFieldsProps {
  readonly roots: readonly ListedAuthority[];
  readonly draft: Partial<Draft>;
}

export function KindFields({ roots, draft }: KindFieldsProps) {
  const say = useWords(authoritiesWords);
  return (
    <>
      <Form.Item name="kind" label={say.kind}>
        <Radio.Group vertical>
          <Radio value="root">
            {say.root} <span className="quiet">{say.rootHelp}</span>
          </Radio>
          <Radio value="subordinate" disabled={roots.length === 0}>
            {say.subordinate} <span className="quiet">{say.subordinateHelp}</span>
          </Radio>
        </Radio.Group>
      </Form.Item>
      {roots.length === 0 && <Alert type="info" showIcon title={say.noRoot} className="gap-below" />}
      {draft.kind === 'subordinate' && (
        <Form.Item
          name="ParentIdentifier"
          label={say.signedBy}
          htmlFor="ca-parent"
          trigger="onChange"
          rules={[required(say.fillIn)]}
        >
          <Chosen
            id="ca-parent"
            options={roots.map(({ Identifier, SubjectDN, Algorithm, KeySize }) => ({
              value: Identifier,
              label: `${commonNameIn(SubjectDN)} (${Algorithm} ${KeySize})`,
            }))}
          />
        </Form.Item>
      )}
    </>
  );
}

export function SubjectFields() {
  const say = useWords(authoritiesWords);
  const field = (name: keyof Draft, label: string, most: number, help = '') => (
    <Form.Item
      name={name}
      label={label}
      rules={[
        { ...required(say.fillIn), whitespace: true },
        { max: most, message: say.atMost(most) },
      ]}
      {...(help && { extra: help })}
    >
      <Input autoComplete="off" />
    </Form.Item>
  );
  return (
    <>
      {field('CommonName', say.commonName, 64, say.commonNameHelp)}
      <div className="pairs">
        {field('Organization', say.organization, 64)}
        {field('OrganizationUnit', say.organizationUnit, 64)}
        {field('Locality', say.locality, 128)}
        {field('State', say.stateOrProvince, 128)}
        <Form.Item
          name="CountryCode"
          label={say.country}
          rules={[{ pattern: /^[A-Za-z]{2}$/, message: say.countryRule }]}
        >
          <Input autoComplete="off" maxLength={2} />
        </Form.Item>
      </div>
    </>
  );
}

interface TermFieldsProps {
  readonly choices: Choices;
  readonly draft: Partial<Draft>;
  /** Of the CA that signs: the key must be of the same. */
  readonly family: ListedAuthority['Algorithm'] | undefined;
}

export function TermFields({ choices, draft, family }: TermFieldsProps) {
  const say = useWords(authoritiesWords);
  const algorithms = choices.algorithms.filter((each) => family === undefined || each.startsWith(family));
  const isSubordinate = draft.kind === 'subordinate';
  return (
    <>
      <div className="pairs">
        <Form.Item
          name="Algorithm"
          label={say.key}
          htmlFor="ca-algorithm"
          extra={family === undefined ? say.keyHelp : say.keyFamily(family)}
          rules={[
            required(say.fillIn),
            { validator: (_, value) => check(!value || algorithms.includes(value), say.keyFamily(family ?? '')) },
          ]}
        >
          <Chosen id="ca-algorithm" options={[{ value: '', label: say.choose }, ...algorithms.map(asOption)]} />
        </Form.Item>
        <Whole name="Years" label={say.years} lowest={1} highest={100} isRequired />
      </div>
      {isSubordinate && (
        <>
          <div className="pairs">
            <Whole name="CertMaxTime" label={say.longestDays} lowest={1} highest={36_500} help={say.longestHelp} />
            <Whole name="PathLenConstraint" label={say.pathLength} lowest={0} highest={16} help={say.pathLengthHelp} />
          </div>
          <Form.Item name="EnableCrl" valuePropName="checked" extra={say.enableCrlHelp}>
            <Checkbox>{say.enableCrl}</Checkbox>
          </Form.Item>
          <div className="pairs">
            {draft.EnableCrl && <Whole name="CrlDay" label={say.crlDays} lowest={1} highest={365} />}
            <Whole
              name="CrlPartitions"
              label={say.crlPartitions}
              lowest={1}
              highest={1000}
              help={say.crlPartitionsHelp}
            />
          </div>
          <Form.Item name="ExtendedKeyUsages" label={say.usages} extra={say.usagesHelp}>
            <Checkbox.Group options={choices.extendedKeyUsages.map(asOption)} />
          </Form.Item>
        </>
      )}
      <div className="pairs">
        <Form.Item name="ResourceGroupId" label={say.resourceGroup} rules={[{ max: 64, message: say.atMost(64) }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="tags" label={say.tags} extra={say.tagsHelp}>
          <Input.TextArea className="long-text" spellCheck={false} />
        </Form.Item>
      </div>
    </>
  );
}

interface WholeProps {
  readonly name: keyof Draft;
  readonly label: string;
  readonly lowest: number;
  readonly highest: number;
  readonly isRequired?: boolean;
  readonly help?: string;
}

/** A whole number within bounds. */
function Whole({ name, label, lowest, highest, isRequired = false, help = '' }: WholeProps) {
  const say = useWords(authoritiesWords);
  const fits = (value: unknown): boolean => {
    const text = String(value ?? '');
    return text === '' || (/^\d{1,6}$/.test(text) && Number(text) >= lowest && Number(text) <= highest);
  };
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[
        ...(isRequired ? [required(say.fillIn)] : []),
        { validator: (_, value) => check(fits(value), say.between(lowest, highest)) },
      ]}
      {...(help && { extra: help })}
    >
      <Input inputMode="numeric" autoComplete="off" />
    </Form.Item>
  );
}

interface ChosenProps {
  readonly id: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** As antd's form hands them over. */
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

function Chosen({ id, options, value = '', onChange = () => {} }: ChosenProps) {
  return <Choice id={id} value={value} options={options} onChange={onChange} />;
}

function asOption(value: string): { readonly value: string; readonly label: string } {
  return { value, label: value };
}

function required(message: string) {
  return { required: true, message };
}

async function check(holds: boolean, message: string): Promise<void> {
  if (!holds) throw new Error(message);
}
