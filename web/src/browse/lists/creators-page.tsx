import { Avatar } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { answerOf, api } from '../../api/client'
import { counted } from '../../parts/quantities'
import { ListFrame } from './list-frame'
import classes from './lists.module.css'

const route = getRouteApi('/creators')

/** Who published models. */
export function CreatorsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useQuery({
    queryKey: ['creators', search],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/creators', { params: { query: { ...search, limit: 48 } }, signal })),
    placeholderData: keepPreviousData,
  })
  return (
    <ListFrame
      title="Creators"
      noun={['creator', 'creators']}
      list={list}
      search={search}
      onSearch={(next) => navigate({ search: next, replace: next.page === search.page })}
    >
      {(creators) => (
        <ul className={classes.grid}>
          {creators.map(({ username, modelCount }) => (
            <li key={username}>
              <Link to="/user/$username" params={{ username }} className={classes.entry ?? ''}>
                <Avatar name={username} color="initials" radius="xl" aria-hidden />
                <span>
                  <span className={classes.name} dir="auto">
                    {username}
                  </span>
                  <span className={classes.count}>{counted(modelCount, 'model', 'models')}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </ListFrame>
  )
}
