import { Badge, Group, Paper, Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { TextLink } from '../../parts/links'
import { PointInTime } from '../../parts/point-in-time'
import type { Model } from '../cards/model'
import { BaseModelNote } from './base-model-note'
import { Copyable } from './copyable'
import { licenceOf } from './licence'
import classes from './model-page.module.css'
import { versionQuery } from './model-queries'
import { TrainedWords } from './trained-words'

/** What is known of a version in short: base model, words, AIR, dates, tags, licence. */
export function FactsCard({ model, version }: { model: Model; version: Model['modelVersions'][number] }) {
  const hasFiles = version.files.length > 0
  const detailed = useQuery({ ...versionQuery(version.id), enabled: hasFiles })
  const { permissions, demands } = licenceOf(model)
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
          <TextLink to="/models" search={{ baseModels: version.baseModel }} size="sm" dir="auto">
            {version.baseModel}
          </TextLink>
          {version.baseModelType && version.baseModelType !== 'Standard' && `, ${version.baseModelType}`}
          <BaseModelNote versionId={version.id} />
        </Fact>
        <Fact name="Published">
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
        <Fact name="Licence">
          {permissions}
          {demands.map((demand) => (
            <div key={demand}>{demand}</div>
          ))}
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
