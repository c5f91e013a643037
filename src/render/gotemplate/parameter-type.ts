/**
 * The Go type of a parameter. Arguments are checked and converted as text/template does it for a call through reflect:
 * a constant number fits any number type that can hold it, everything else must be of the type exactly; `any` takes all,
 * a nil too. `list` is []interface{}, `strings` []string (a list all of whose items are strings), `dict`
 * map[string]interface{}, `writer` io.Writer, which no value of a template is.
 */
export type ParameterType =
  | 'any'
  | 'bool'
  | 'string'
  | 'int'
  | 'int64'
  | 'uint32'
  | 'float64'
  | 'list'
  | 'strings'
  | 'dict'
  | 'bytes'
  | 'error'
  | 'time'
  | 'duration'
  | 'certificate'
  | 'writer';
