// Revoking one certificate, or lifting its hold: asked first, with the reason.

import { App, Button, Flex, Modal } from 'antd';
import { useId, useState } from 'react';
import { callOperation } from '../../base/api.ts';
import { Choice } from '../../base/choice.tsx';
import { commonWords } from '../../base/common-words.ts';
import { useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import { type CertificateRow, nameOf } from './certificate-data.ts';
import { type Reason, reasons, useReasonText } from './reasons.ts';
import { revokeWords } from './revoke-words.ts';
import { certificatesWords } from './words.ts';

interface RevokeProps {
  readonly row: CertificateRow;
  readonly done: () => void;
}

export function RevokeButtons({ row, done }: RevokeProps) {
  const text = useWords(certificatesWords);
  const say = useWords(revokeWords);
  const { message } = App.useApp();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const isHeld = row.OwnRevocation && row.Reason === 'certificateHold';
  const isOver = row.Status === 'pending' || (row.OwnRevocation && !isHeld);
  const release = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await callOperation('CreateRevokeClientCertificate', { Identifier: row.Identifier, Reason: 'removeFromCRL' });
      message.success(say.released);
      done();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Flex gap="small" wrap>
      {isHeld && (
        <Button loading={isBusy} onClick={() => void release()}>
          {text.release}
        </Button>
      )}
      <Button danger disabled={isOver} onClick={() => setAsking(true)}>
        {isHeld ? text.revokeForGood : text.revoke}
      </Button>
      <RevokeDialog
        row={row}
        offered={isHeld ? reasons.filter((each) => each !== 'certificateHold') : reasons}
        isOpen={isAsking}
        close={() => setAsking(false)}
        done={done}
      />
      {problem !== undefined && <Refusal error={problem} />}
    </Flex>
  );
}

interface DialogProps extends RevokeProps {
  readonly offered: readonly Reason[];
  readonly isOpen: boolean;
  readonly close: () => void;
}

function RevokeDialog({ row, offered, isOpen, close, done }: DialogProps) {
  const say = useWords(revokeWords);
  const common = useWords(commonWords);
  const reasonText = useReasonText();
  const id = useId();
  const [reason, setReason] = useState<string>('unspecified');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const revoke = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await callOperation('CreateRevokeClientCertificate', { Identifier: row.Identifier, Reason: reason });
      close();
      done();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={isOpen}
      title={say.askOne(nameOf(row))}
      okText={reason === 'certificateHold' ? say.hold : say.revoke}
      okButtonProps={{ danger: true }}
      cancelText={common.cancel}
      confirmLoading={isBusy}
      onOk={() => void revoke()}
      onCancel={close}
      destroyOnHidden
    >
      <p>{reason === 'certificateHold' ? say.holdMeans : say.revokeMeans}</p>
      <label htmlFor={id}>{say.reason}</label>
      <Choice
        id={id}
        value={reason}
        options={offered.map((each) => ({ value: each, label: reasonText(each) }))}
        onChange={setReason}
      />
      {problem !== undefined && <Refusal error={problem} />}
    </Modal>
  );
}
