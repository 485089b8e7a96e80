import { previewAccess } from './access.ts'
import { changeAccount, createPasswordReset, listAccounts } from './accounts.ts'
import { getArticle, listArticles } from './articles.ts'
import { listAudit, listOwnAudit } from './audit.ts'
import { getBaseModelSources } from './base-model-sources.ts'
import { getCollection, listCollections } from './collections.ts'
import type { Endpoint } from './core/define.ts'
import { listCreators } from './creators.ts'
import { createDownloadLink } from './download-links.ts'
import { download, downloadTrainingData, fileBytes } from './downloads.ts'
import { getEnums } from './enums.ts'
import { getHub } from './hub-info.ts'
import { listImages } from './images.ts'
import { introspectToken } from './introspection.ts'
import { createInvitation, listInvitations, removeInvitation } from './invitations.ts'
import { followLibrary, getLibrary, scanLibrary } from './library.ts'
import { getMe } from './me.ts'
import { media } from './media.ts'
import { getModelFileMetadata, getTensorMetadata } from './model-files.ts'
import { getModelSources } from './model-sources.ts'
import {
  findModelVersionIdsByHash,
  findModelVersionsByHash,
  getMiniModelVersion,
  getModelVersion,
  getModelVersionByHash,
} from './model-versions.ts'
import { getModel, listModels } from './models.ts'
import { getApiDocument } from './openapi.ts'
import { getOwnAccount } from './own-account.ts'
import { resetPassword } from './password-reset.ts'
import { checkPermissions } from './permissions.ts'
import { getPost } from './posts.ts'
import { addFavorite, hideModel, listFavorites, listHidden, removeFavorite, showModel } from './preferences.ts'
import { completeSetup } from './setup.ts'
import { signUp } from './sign-up.ts'
import { listTags } from './tags.ts'
import { dismissOwnWarnings, listOwnDenials } from './token-denials.ts'
import { previewOwnToken } from './token-preview.ts'
import { reportTokens } from './token-reports.ts'
import { changeOverlap, rotateOwnToken } from './token-secrets.ts'
import { changeOwnToken, createOwnToken, listOwnTokens, revokeOwnToken } from './tokens.ts'
import { findUsers } from './users.ts'
import { checkVault, getVault, listVaultItems, toggleVaultVersion } from './vault.ts'

/** The one list of all endpoints. */
export const endpoints: Endpoint[] = [
  completeSetup,
  signUp,
  resetPassword,
  listAccounts,
  changeAccount,
  createPasswordReset,
  listInvitations,
  createInvitation,
  removeInvitation,
  getMe,
  getOwnAccount,
  listOwnAudit,
  listOwnTokens,
  createOwnToken,
  changeOwnToken,
  rotateOwnToken,
  changeOverlap,
  revokeOwnToken,
  listOwnDenials,
  dismissOwnWarnings,
  previewOwnToken,
  introspectToken,
  reportTokens,
  listFavorites,
  addFavorite,
  removeFavorite,
  listHidden,
  hideModel,
  showModel,
  listCollections,
  getCollection,
  getVault,
  listVaultItems,
  checkVault,
  toggleVaultVersion,
  download,
  downloadTrainingData,
  createDownloadLink,
  fileBytes,
  media,
  getTensorMetadata,
  getModelFileMetadata,
  getBaseModelSources,
  listModels,
  getModel,
  getModelSources,
  getModelVersion,
  getMiniModelVersion,
  getModelVersionByHash,
  findModelVersionsByHash,
  findModelVersionIdsByHash,
  listImages,
  getPost,
  listCreators,
  listTags,
  findUsers,
  listArticles,
  getArticle,
  listAudit,
  previewAccess,
  getLibrary,
  followLibrary,
  scanLibrary,
  getHub,
  getEnums,
  checkPermissions,
  getApiDocument,
]
