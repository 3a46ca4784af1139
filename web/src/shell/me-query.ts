import { useQuery } from '@pinia/colada';
import type { Me } from '@portal/shared';
import { useApi } from '../api/api.ts';
import type { ApiError } from '../api/problem.ts';

/** The one who is signed in, as the API sees them. */
export function useMe() {
  const api = useApi().me;
  const {
    data: me,
    error,
    isLoading,
    refetch,
  } = useQuery<Me, ApiError>({
    key: ['me'],
    query: () => api.get(),
    staleTime: 60_000,
  });
  return { me, error, isLoading, refetch };
}
