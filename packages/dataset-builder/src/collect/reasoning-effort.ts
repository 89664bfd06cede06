/** Efforts that a text can end with; other parts after a colon belong to the model's name. */
export const EFFORT: RegExp = /^(.+):(none|minimal|low|medium|high|xhigh|max)$/;
