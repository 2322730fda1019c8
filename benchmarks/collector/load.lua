-- Events for wrk, each with an id of its own: `wrk -s load.lua URL -- EVENTS_A_REQUEST`.
local head = '{"key":"hw_bench","visitor":"%08x%08x00000000deadbeef","consent":"granted","events":['
local event = '{"id":"%s%012x%08x","name":"page_view","at":%d000,"url":"https://example.com/p/%d?utm_source=x&utm_medium=cpc"}'
local threads = 0
local count, size, salt, stamp = 0, 1, "", 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  size = tonumber(arguments[1] or "1")
  stamp = os.time()
  math.randomseed(stamp + number)
  salt = string.format("%012x", math.random(0, 2 ^ 31) * 65536 + number)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "text/plain"
  wrk.headers["Origin"] = "https://example.com"
  wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
end

function request()
  local parts = {}
  for place = 1, size do
    count = count + 1
    parts[place] = string.format(event, salt, count, place, stamp, count % 500)
  end
  local visitor = math.floor(count / (size * 3))
  local body = string.format(head, visitor, number) .. table.concat(parts, ",") .. "]}"
  return wrk.format(nil, nil, nil, body)
end

function done(summary, latency, _)
  io.write(string.format(
    '{"requests":%d,"seconds":%.3f,"wrong":%d,"failed":%d,"p50_ms":%.2f,"p99_ms":%.2f,"longest_ms":%.2f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
