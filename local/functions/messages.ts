export interface WorkerData {
  /** The candidates for the handler's file; the first that exists is used. */
  readonly files: readonly string[];
  readonly exportName: string;
  /** The port on this machine that plays every https host. */
  readonly outsidePort: number;
  /** The only trusted certificate authority, PEM. */
  readonly caCert: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memorySize: number;
}

/** To a worker: one invocation. */
export interface InvokeMessage {
  readonly requestId: string;
  /** JSON */
  readonly event: string;
  /** In ms. */
  readonly timeout: number;
}

/** From a worker. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  /** May contain incomplete lines. */
  | { readonly type: 'output'; readonly text: string }
  /** JSON; undefined where the handler returned nothing. */
  | { readonly type: 'result'; readonly result: string | undefined }
  | { readonly type: 'error'; readonly message: string; readonly stack: string };
