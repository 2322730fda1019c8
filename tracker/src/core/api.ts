import { guard } from "./guard";

type Command = (...given: any[]) => unknown;
type Call = [string, ...unknown[]];

interface Api {
  (...call: Call): unknown;
  /** Calls made before the script was there. */
  q?: Call[];
  /** Whether the script is there. */
  on?: boolean;
}

const commands: Record<string, Command> = {};
const host = window as unknown as { headwater?: Api };

/** Make a function callable as `headwater(name, ...)`. */
export function offer(name: string, command: Command): void {
  commands[name] = guard(command);
}

/** Whether no other copy of the script runs on the page. */
export function isFirst(): boolean {
  return !(host.headwater && host.headwater.on);
}

/** Answer calls from now on, and those made until now. */
export function answerCalls(): void {
  const waiting = (host.headwater && host.headwater.q) || [];
  const api: Api = (name, ...given) => commands[name] && commands[name]!(...given);
  api.on = true;
  host.headwater = api;
  for (const call of waiting) {
    api(...call);
  }
}
