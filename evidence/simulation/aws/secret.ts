/** A secret at Secrets Manager, as it is now. */
export interface SimulatedSecret {
  readonly current: string;
  readonly previous: string | undefined;
  readonly rotatedAt: Date;
}
