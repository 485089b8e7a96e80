import { Badge, Group, Paper, Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { TextLink } from '../../parts/links'
import { PointInTime } from '../../parts/point-in-time'
import type { Model } from '../cards/model'
import { BaseModelNote } from './base-model-note'
import { Copyable } from './copyable'
import { licenseOf } from './license'
import classes from './model-page.module.css'
import { sourcesQuery, versionQuery } from './model-queries'
import { TrainedWords } from './trained-words'

/** Shows the facts of a version: base model, words, AIR, dates, tags, license. A fact that no source states is not claimed. */
export function FactsCard({ model, version }: { model: Model; version: Model['modelVersions'][number] }) {
  const hasFiles = version.files.length > 0
  const detailed = useQuery({ ...versionQuery(version.id), enabled: hasFiles })
  const { data: sources, isError } = useQuery(sourcesQuery(model.id))
  const stated = sources && (sources.versions.find(({ id }) => id === version.id)?.sources ?? {})
  const isPublicationStated = stated === undefined || 'publishedAt' in stated || 'createdAt' in stated
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">
        Details
      </Title>
      <dl className={classes.facts}>
        <Fact name="Version">
          <bdi>{version.name}</bdi>
        </Fact>
        <Fact name="Base model">
          {stated && !('baseModel' in stated) ? (
            'Not stated'
          ) : (
            <TextLink to="/models" search={{ baseModels: version.baseModel }} size="sm" dir="auto">
              {version.baseModel}
            </TextLink>
          )}
          {version.baseModelType && version.baseModelType !== 'Standard' && `, ${version.baseModelType}`}
          <BaseModelNote versionId={version.id} />
        </Fact>
        <Fact name={isPublicationStated ? 'Published' : 'File date'}>
          <PointInTime at={version.publishedAt} />
        </Fact>
        {version.updatedAt !== version.publishedAt && (
          <Fact name="Updated">
            <PointInTime at={version.updatedAt} />
          </Fact>
        )}
        <Fact name="Downloads">{version.stats.downloadCount.toLocaleString('en')}</Fact>
        {version.availability === 'EarlyAccess' && <Fact name="Availability">Early access</Fact>}
        {version.trainedWords.length > 0 && (
          <Fact name="Trained words">
            <TrainedWords words={version.trainedWords} />
          </Fact>
        )}
        {hasFiles && (
          <Fact name="AIR">
            {detailed.data ? <Copyable text={detailed.data.air} name="AIR" /> : <Skeleton height={20} />}
          </Fact>
        )}
        <Fact name="Ids">
          model {model.id}, version {version.id}
        </Fact>
        {model.tags.length > 0 && (
          <Fact name="Tags">
            <Group gap={6}>
              {model.tags.map((tag) => (
                <Badge
                  key={tag}
                  variant="light"
                  color="gray"
                  tt="none"
                  maw="100%"
                  renderRoot={(props) => <Link to="/models" search={{ tag }} {...props} />}
                >
                  <bdi>{tag}</bdi>
                </Badge>
              ))}
            </Group>
          </Fact>
        )}
        <Fact name="License">
          {sources ? (
            licenseOf(model, sources).map((sentence) => (
              <div key={sentence} dir="auto">
                {sentence}
              </div>
            ))
          ) : isError ? (
            'Could not load the license. Reload the page to try again.'
          ) : (
            <Skeleton height={20} />
          )}
        </Fact>
      </dl>
    </Paper>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
