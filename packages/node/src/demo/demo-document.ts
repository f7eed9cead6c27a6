// What DIR/demo.json of the demonstration says. Scripts read it, so its members stay.
import type { Role } from '@suyuan/api';
import type { LifeOrganization } from '@suyuan/invented';

/** A business type that reports. */
export type DemoType = LifeOrganization;

/** One organisation of DIR/demo.json. */
export interface DemoOrganization {
  readonly id: string;
  readonly name: string;
  readonly role: 'managing' | DemoType;
  readonly url: string;
  /** An API key for each role. */
  readonly tokens: Readonly<Record<Role, string>>;
  readonly users: readonly { readonly name: string; readonly password: string; readonly role: Role }[];
}

/** The content of DIR/demo.json. */
export interface DemoDocument {
  readonly organizations: readonly DemoOrganization[];
  /** Path of the trust policy file. */
  readonly trustPolicy: string;
}
