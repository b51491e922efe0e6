// The overview: how the account's certificates, CAs, CRLs and calls stand. Each figure leads to what is behind it.

import { ReloadOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import type { EndingList, FiguresAnswer } from '../../../src/protocols/console/figures.ts';
import type { AuthorityPublication } from '../../../src/protocols/console/publication-state.ts';
import { send } from '../../base/api.ts';
import { useWords } from '../../base/language.tsx';
import { type Loaded, Show, useLoaded } from '../../base/loaded.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { CallsPanel } from './calls-panel.tsx';
import { CertificatesPanel } from './certificates-panel.tsx';
import { EndingPanel } from './ending-panel.tsx';
import './overview.css';
import { Panel } from './panel.tsx';
import { PublicationPanel } from './publication-panel.tsx';
import { RevocationsPanel } from './revocations-panel.tsx';
import { overviewWords } from './words.ts';

export interface Publications {
  readonly List: readonly AuthorityPublication[];
  readonly More: boolean;
}

const loadFigures = () => send<FiguresAnswer>('POST', 'figures', { parameters: {} });
const loadEnding = () => send<EndingList>('POST', 'ending', { parameters: { Size: '8' } });
const loadPublication = () => send<Publications>('POST', 'publication', { parameters: {} });

export function Page() {
  const say = useWords(overviewWords);
  const [figures, again] = useLoaded(loadFigures);
  const [ending, endingAgain] = useLoaded(loadEnding);
  const [publication, publicationAgain] = useLoaded(loadPublication);
  const reload = (): void => {
    again();
    endingAgain();
    publicationAgain();
  };
  return (
    <>
      <Flex align="center" gap="small" wrap className="gap-below">
        <Typography.Title level={1} className="page-title">
          {say.heading}
        </Typography.Title>
        <div className="spacer" />
        <AsOf figures={figures} />
        <Button icon={<ReloadOutlined />} onClick={reload}>
          {say.reload}
        </Button>
      </Flex>
      <div className="overview">
        <Panel title={say.certificates}>
          <Show loaded={figures} retry={again}>
            {({ certificates }) => <CertificatesPanel certificates={certificates} />}
          </Show>
        </Panel>
        <Panel title={say.endingNext}>
          <Show loaded={ending} retry={endingAgain}>
            {({ List }) => <EndingPanel list={List} />}
          </Show>
        </Panel>
        <Panel title={say.revocations}>
          <Show loaded={figures} retry={again}>
            {({ revocations }) => <RevocationsPanel days={revocations} />}
          </Show>
        </Panel>
        <Panel title={say.calls}>
          <Show loaded={figures} retry={again}>
            {({ calls }) => <CallsPanel calls={calls} />}
          </Show>
        </Panel>
        <Panel title={say.publication} isWide>
          <Show loaded={publication} retry={publicationAgain}>
            {(value) => <PublicationPanel publications={value} />}
          </Show>
        </Panel>
      </div>
    </>
  );
}

function AsOf({ figures }: { readonly figures: Loaded<FiguresAnswer> }) {
  const say = useWords(overviewWords);
  if (figures.state !== 'here') return null;
  return (
    <span className="quiet">
      {say.asOf} <TimeText at={figures.value.at} />
    </span>
  );
}
