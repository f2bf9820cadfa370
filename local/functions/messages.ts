/** What a worker is started with. */
export interface WorkerData {
  /** The files that may hold the handler; the first that exists does. */
  readonly files: readonly string[];
  readonly exportName: string;
  /** The port on this machine that plays every https host. */
  readonly outsidePort: number;
  /** The one certificate authority that is trusted, PEM. */
  readonly caCert: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memorySize: number;
}

/** From the local stack to a worker: one invocation. */
export interface InvokeMessage {
  readonly requestId: string;
  /** As JSON: Lambda passes events as JSON only. */
  readonly event: string;
  /** How long it may take, in ms. */
  readonly timeout: number;
}

/** From a worker to the local stack. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  /** What it wrote: not a whole number of lines, perhaps. */
  | { readonly type: 'output'; readonly text: string }
  /** As JSON; undefined where the handler returned nothing. */
  | { readonly type: 'result'; readonly result: string | undefined }
  | { readonly type: 'error'; readonly message: string; readonly stack: string };
