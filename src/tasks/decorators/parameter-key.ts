/** Where the parameters of a task are kept; handed to Nest's ExternalContextCreator as its metadata key. */
export const PARAM_ARGS_KEY = 'celeriac:parameters';
