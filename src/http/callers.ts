/**
 * Who may call a route. Where nothing tells members from outsiders (neither a keyring nor certificates), everybody who reaches the
 * port counts as a member; a browser that is led here by another site does not.
 */
import type { IncomingMessage } from 'node:http';
import type { Address } from '../core/index.ts';
import { crossSiteRefusal, hostRefusal, isLoopbackIp } from './browser-guard.ts';
import type { Guard } from './guard.ts';
import { BadRequest } from './respond.ts';

export type Callers =
  /** Everybody who reaches the port. */
  | 'anyone'
  /** Nodes of this network. */
  | 'members'
  /** They, and whoever is at this machine. */
  | 'members and this machine'
  /** Whoever is at this machine: every user of it. */
  | 'this machine';

/** Tells members from outsiders. */
export interface MemberCheck {
  /** @returns why this is no request of a member */
  outsiderReason(request: IncomingMessage): string | undefined;
  /** @returns why its sender may not speak for this address; asked of members only */
  speakerReason(request: IncomingMessage, from: Address): string | undefined;
}

/** What is asked of the node that is called. */
export interface CalledNode {
  /** Hosts that lead to it: that of its address, and the one it listens on. */
  readonly ownHosts: readonly string[];
  /** By their certificates. Without it and a keyring nothing tells members from outsiders. */
  readonly members?: MemberCheck | undefined;
  /** By the keys of its keyring. */
  readonly guard?: Pick<Guard, 'admit'> | undefined;
}

/**
 * @param words the line in place of ours
 * @throws BadRequest
 */
export function checkCaller(callers: Callers, node: CalledNode, request: IncomingMessage, words?: string): void {
  const refusal = refusalOf(callers, node, request);
  if (refusal !== undefined) throw new BadRequest(words ?? refusal, 403);
}

/** @throws BadRequest unless whoever sends this may speak for that address */
export function checkSpeaker({ members }: CalledNode, request: IncomingMessage, from: Address): void {
  const refusal = members?.speakerReason(request, from);
  if (refusal !== undefined) throw new BadRequest(`from: ${refusal}`, 403);
}

function refusalOf(callers: Callers, node: CalledNode, request: IncomingMessage): string | undefined {
  const { ownHosts, members, guard } = node;
  switch (callers) {
    case 'anyone':
      return changes(request) ? crossSiteRefusal(request.headers, isEncrypted(request)) : undefined;
    case 'members':
      return browserRefusal(request) ?? outsiderReason(node, request);
    case 'members and this machine':
      if (members === undefined && guard === undefined) return siteRefusal(request, ownHosts, true);
      return elsewhereReason(request, ownHosts) === undefined ? undefined : outsiderReason(node, request);
    case 'this machine':
      return elsewhereReason(request, ownHosts);
  }
}

/** With certificates and a keyring a member has both. @throws BadRequest 401 where it is not signed as this network wants it */
function outsiderReason({ members, guard }: CalledNode, request: IncomingMessage): string | undefined {
  const reason = members?.outsiderReason(request);
  if (reason === undefined) guard?.admit(request);
  return reason;
}

/** Nodes are no browsers. A contact may be called by any name, so its `Host` tells nothing. */
function browserRefusal(request: IncomingMessage): string | undefined {
  if (changes(request) && request.headers.origin !== undefined) return 'asked for by a page in a browser';
  return crossSiteRefusal(request.headers, isEncrypted(request));
}

function changes({ method }: IncomingMessage): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

function siteRefusal(request: IncomingMessage, ownHosts: readonly string[], takesNumbers: boolean): string | undefined {
  const { headers } = request;
  return hostRefusal(headers, ownHosts, takesNumbers) ?? crossSiteRefusal(headers, isEncrypted(request));
}

/** What a proxy passes on comes from wherever the proxy was asked. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'via'];

/** @returns why this does not come from this machine, or from another site by way of a browser on it */
function elsewhereReason(request: IncomingMessage, ownHosts: readonly string[]): string | undefined {
  const { localAddress } = request.socket;
  if (!isConnectedFromHere(request) || PASSED_ON.some((name) => name in request.headers))
    return 'asked for by another machine';
  return siteRefusal(request, [...ownHosts, localAddress ?? ''], false);
}

/** Be it by a proxy on this machine. */
export function isConnectedFromHere({ socket: { remoteAddress = '', localAddress } }: IncomingMessage): boolean {
  return isLoopbackIp(remoteAddress) || remoteAddress === localAddress;
}

function isEncrypted({ socket }: IncomingMessage): boolean {
  return 'encrypted' in socket;
}
