// Why a serial number stands as it does, beside the answers.

import { Drawer } from 'antd';
import { useCallback } from 'react';
import type { SerialNumber } from '../../../src/pki/serial-number.ts';
import type { Why } from '../../../src/protocols/console/why.ts';
import { send } from '../../base/api.ts';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { WhyView } from './why-view.tsx';
import { statusWords } from './words.ts';

interface WhyDrawerProps {
  readonly serialNumber: SerialNumber | undefined;
  readonly onClose: () => void;
}

export function WhyDrawer({ serialNumber, onClose }: WhyDrawerProps) {
  const say = useWords(statusWords);
  return (
    <Drawer open={serialNumber !== undefined} onClose={onClose} title={say.whyTitle} size={560} destroyOnHidden>
      {serialNumber !== undefined && <Asked key={serialNumber} serialNumber={serialNumber} />}
    </Drawer>
  );
}

function Asked({ serialNumber }: { readonly serialNumber: SerialNumber }) {
  const load = useCallback(
    () => send<Why>('POST', 'why', { parameters: { SerialNumber: serialNumber } }),
    [serialNumber],
  );
  const [why, retry] = useLoaded(load);
  return (
    <Show loaded={why} retry={retry}>
      {(value) => <WhyView why={value} />}
    </Show>
  );
}
