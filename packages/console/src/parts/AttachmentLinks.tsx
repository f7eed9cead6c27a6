/** The files that a record names, to be saved from this node. */
import { getAttachment } from '@suyuan/api';
import { addressOf } from '../client/call.ts';

interface Named {
  readonly digest: string;
  readonly name: string;
}

/** The attachments in a member of a record; anything else in it is left out. */
export const attachmentsIn = (value: unknown): readonly Named[] =>
  (Array.isArray(value) ? value : []).flatMap((entry: unknown) => {
    const members = new Map<string, unknown>(Object.entries(Object(entry)));
    const [digest, name] = [members.get('digest'), members.get('name')];
    return typeof digest === 'string' && typeof name === 'string' ? [{ digest, name }] : [];
  });

export const AttachmentLinks = ({ attachments }: { readonly attachments: readonly Named[] }) => (
  <div>
    {attachments.map(({ digest, name }) => (
      <div key={digest} className="suyuan-name">
        <a href={addressOf(getAttachment, { digest })} download={name}>
          {name}
        </a>
      </div>
    ))}
  </div>
);
