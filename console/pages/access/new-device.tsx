// Binds an authenticator app to a user: a picture to scan, and two codes that show it was.

import { Flex } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Code } from '../../base/code.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Refusal, Waiting } from '../../base/loaded.tsx';
import { ram } from './ram.ts';
import { accessWords } from './words.ts';

interface Device {
  readonly SerialNumber: string;
  readonly Base32StringSeed: string;
  readonly QRCodePNG: string;
}

export function NewDevice({ user, onClose }: { readonly user: string; readonly onClose: () => void }) {
  const text = useWords(accessWords);
  const [device, setDevice] = useState<Device>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let isCurrent = true;
    const VirtualMFADeviceName = `${user}-${Date.now().toString(36)}`.replace(/[^A-Za-z0-9-]/g, '-').slice(-64);
    ram<{ VirtualMFADevice: Device }>('CreateVirtualMFADevice', { VirtualMFADeviceName }).then(
      ({ VirtualMFADevice }) => {
        if (isCurrent) setDevice(VirtualMFADevice);
        else void forget(VirtualMFADevice);
      },
      (thrown: unknown) => isCurrent && setError(thrown),
    );
    return () => {
      isCurrent = false;
    };
  }, [user]);
  const isBound = useRef(false);
  const close = (): void => {
    if (device && !isBound.current) void forget(device).finally(onClose);
    else onClose();
  };
  return (
    <FormDialog
      title={text.bind}
      action={text.bindAction}
      isReady={device !== undefined}
      fields={[
        { name: 'AuthenticationCode1', label: text.firstCode, kind: 'number', isRequired: true },
        { name: 'AuthenticationCode2', label: text.secondCode, kind: 'number', isRequired: true },
      ]}
      submit={async (codes) => {
        if (!device) return;
        await ram('BindMFADevice', { SerialNumber: device.SerialNumber, UserName: user, ...codes });
        isBound.current = true;
      }}
      onClose={close}
    >
      {error !== undefined ? (
        <Refusal error={error} />
      ) : device ? (
        <Flex vertical gap="small">
          <p>{text.scan}</p>
          <img src={`data:image/png;base64,${device.QRCodePNG}`} alt={text.qrCode} className="qr-code" />
          <Code label={text.seed} text={device.Base32StringSeed} />
        </Flex>
      ) : (
        <Waiting />
      )}
    </FormDialog>
  );
}

/** A device that nobody bound is of no use. */
async function forget({ SerialNumber }: Device): Promise<void> {
  await ram('DeleteVirtualMFADevice', { SerialNumber }).catch(() => {});
}
