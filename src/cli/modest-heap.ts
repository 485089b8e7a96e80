import { setFlagsFromString } from 'node:v8'

/*
 * V8 doubles its space for young objects as the load grows, up to 128 MB and more on a large machine, and keeps it. Here
 * that makes nothing faster. The flag counts from the moment it is set.
 */
setFlagsFromString('--semi-space-growth-factor=1')
