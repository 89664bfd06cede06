import type { Router } from '@embedllm/router';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { Gateway, GatewayOptions } from '../gateway.js';
import type { GatewayEvent } from './log-line.js';

/** Options of `serveGateway`. */
export interface ServeGatewayOptions
  extends Pick<
    GatewayOptions,
    | 'routing'
    | 'onRequest'
    | 'openTelemetry'
    | 'limitStore'
    | 'answerStore'
    | 'lockoutStore'
    | 'sessionStore'
    | 'circuitStore'
    | 'outcomeStream'
    | 'toQuestion'
  > {
  /** Path of the configuration, JSON or YAML. */
  readonly configuration: string;
  /**
   * Makes the router, at the start and at every reload; usually from `configuration.artifact`.
   *
   * @default no router: clients must name a model
   */
  readonly loadRouter?:
    | ((configuration: GatewayConfiguration) => Promise<Pick<Router, 'models' | 'route'>>)
    | undefined;
  /** Where keys come from. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * How often to look for changes of the configuration and of what `watch` names, in milliseconds;
   * 0 never looks.
   *
   * @default 2000
   */
  readonly watchMs?: number | undefined;
  /** Files and folders that `loadRouter` read. @default the `artifact` of the configuration */
  readonly watch?: ((configuration: GatewayConfiguration) => readonly string[]) | undefined;
  /** Whether SIGTERM and SIGINT close the gateway and SIGHUP reloads it. @default true */
  readonly handleSignals?: boolean | undefined;
  /**
   * Called with what happens; with each answered request too unless `log.requests` is off.
   *
   * @default one line of JSON each on standard error
   */
  readonly log?: ((event: GatewayEvent) => void) | undefined;
}

/** A gateway on a port. */
export interface RunningGateway {
  /** `undefined` in the first process of several (`server.workers`), which itself answers nothing. */
  readonly gateway: Gateway | undefined;
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Reads configuration and artifact again and serves them from the next request on.
   *
   * @returns whether it did; if not, all stays as it was and `log` says why.
   */
  reload(): Promise<boolean>;
  /** Shuts down without losing a request; resolves when the last answer is complete. */
  close(): Promise<void>;
  /** Resolves when the gateway is closed, whoever closed it. */
  readonly closed: Promise<void>;
}
