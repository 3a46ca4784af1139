/** `AbortError`: the rest of a pipeline whose connection was lost in the middle of its answers. */
const AWAY = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError', 'AbortError']);

/** Whether Redis could not be asked (or could not answer for now), as opposed to having refused what it was asked. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (AWAY.has(error.name)) return true;
  if (error.name === 'ReplyError')
    return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|NOREPLICAS|OOM|UNKILLABLE|BUSY) /.test(
      error.message,
    );
  return /^(Command timed out|Connection is closed|Socket timeout|Stream isn't writeable|Cluster isn't ready|None of startup nodes|Too many Cluster redirections|All keys in the pipeline should belong|All sentinels are unreachable)/.test(
    error.message,
  );
}

/** Whether a command that failed may have reached Redis, so that it is done all the same, or will be. */
export function mayStillRun(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    error.name === 'AbortError' ||
    /^(Command timed out|Connection is closed|Socket timeout)/.test(error.message) ||
    mayStillRun(error.cause)
  );
}
