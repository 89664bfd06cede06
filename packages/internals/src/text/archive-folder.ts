/** How folders that archives are unpacked into are called, in the system's temporary folder. */
export const ARCHIVE_FOLDER = 'embedllm-sources-';
