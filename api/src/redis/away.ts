const AWAY = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);

/** Whether Redis could not be asked (or could not answer for now), as opposed to having refused what it was asked. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (AWAY.has(error.name)) return true;
  if (error.name === 'ReplyError')
    return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|NOREPLICAS|OOM|UNKILLABLE|BUSY) /.test(
      error.message,
    );
  return /^(Command timed out|Connection is closed|Stream isn't writeable|Cluster isn't ready|None of startup nodes|Too many Cluster redirections|All keys in the pipeline should belong|All sentinels are unreachable)/.test(
    error.message,
  );
}
