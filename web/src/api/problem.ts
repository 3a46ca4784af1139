import type { Problem as ApiProblem, ProblemCode } from '@portal/shared';

/** What went wrong: by the API's word, or the page's own where no answer of the API's came. */
export type Problem = Omit<ApiProblem, 'code'> & { code: ProblemCode | 'unreachable' };

/** Thrown where the API did not do what was asked. Callers look at the code, never at the words. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** No answer, or none of the API's own. */
export function unreachable(status = 0): ApiError {
  return problem('unreachable', 'The server is away.', status);
}

export function problem(code: Problem['code'], title: string, status = 0): ApiError {
  return new ApiError({ type: 'about:blank', title, status, code });
}

/** The problem behind whatever was thrown; a fault of the page's own stays one. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  throw error;
}
