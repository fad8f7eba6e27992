/** The environment variable of the token that the ports of a supervisor want, for what tells more than whether it works. */
export const TOKEN = 'CELERIAC_TOKEN';
