import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { answerOf, api } from '../../api/client'
import { counted } from '../../parts/quantities'
import { ListFrame } from './list-frame'
import classes from './lists.module.css'

const route = getRouteApi('/tags')

/** What models are tagged with, the most frequent first. */
export function TagsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useQuery({
    queryKey: ['tags', search],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/tags', { params: { query: { ...search, limit: 96 } }, signal })),
    placeholderData: keepPreviousData,
  })
  return (
    <ListFrame
      title="Tags"
      noun={['tag', 'tags']}
      list={list}
      search={search}
      onSearch={(next) => navigate({ search: next, replace: next.page === search.page })}
    >
      {(tags) => (
        <ul className={classes.grid}>
          {tags.map(({ name, modelCount }) => (
            <li key={name}>
              <Link to="/models" search={{ tag: name }} className={classes.entry ?? ''}>
                <span>
                  <span className={classes.name} dir="auto">
                    {name}
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
