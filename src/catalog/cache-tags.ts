/*
 * The keys that public answers carry in the cache: what an answer shows, and what decides which things it shows. A change
 * names the keys it concerned, and takes the answers that carry one of them.
 */

/** Shows a model, or something of it. */
export const modelTag = (id: number): string => `model ${id}`

/** Names an account: its spelling and its picture. */
export const creatorTag = (username: string): string => `creator ${username.toLowerCase()}`

/** Goes by which models there are, in which order: lists of models, of creators, of tags, and look-ups by hash. */
export const modelsTag = 'models'

/** Goes by which images there are. */
export const imagesTag = 'images'
