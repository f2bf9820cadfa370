/** Where the app is deployed to. */
export interface Target {
  /** Of every service. */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
}
