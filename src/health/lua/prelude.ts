/**
 * What Argo CD's Lua 5.1 has and this Lua 5.3 lacks, and away with what reaches outside or loads code. `now` is set
 * before it runs. Times are UTC.
 */
export const PRELUDE: string = `
unpack = table.unpack
table.getn = function(list) return #list end
dofile, loadfile, load, loadstring, collectgarbage = nil, nil, nil, nil, nil
print = function() end
local plain = tostring
tostring = function(value)
  if type(value) == 'number' then return '' .. value end
  return plain(value)
end
if math then
  math.pow = function(base, exponent) return base ^ exponent end
  math.mod = math.fmod
end
os = {
  clock = function() return 0 end,
  difftime = function(a, b) return a - b end,
  time = function(t)
    if t == nil then return now end
    local function number(field, default) return tonumber(t[field]) or default end
    return unixtime(number('year', 1970), number('month', 1), number('day', 1),
      number('hour', 12), number('min', 0), number('sec', 0))
  end,
  date = function(format, time) return formatdate(format or '%c', time or now) end,
}
`;
