#include "tracestore/export/html_page.h"

#include "tracestore/base/safe_text.h"

namespace tracestore {
namespace {

    constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--faint:#6b7280;--line:#d9dce1;--back:#fff;--panel:#f5f6f8;
--text:#1b1f24;--bad:#b3261e;--badge:#3d5a80}
@media(prefers-color-scheme:dark){:root{--faint:#9aa3ad;--line:#343a42;--back:#181b1f;
--panel:#21252a;--text:#e4e7eb;--bad:#ff8a80;--badge:#9cc3ee}}
body{font:14px/1.45 system-ui,sans-serif;margin:0 auto;max-width:1100px;padding:24px;
color:var(--text);background:var(--back)}
h1{font-size:20px}h2{font-size:17px;margin-top:32px}
table{border-collapse:collapse;margin:12px 0}
td,th{padding:3px 14px 3px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--faint)}td.n{text-align:right;font-variant-numeric:tabular-nums}
details{padding-left:calc(var(--d,0)*18px);border-bottom:1px solid var(--line)}
details details{padding-left:0;border:0}
summary{cursor:pointer;padding:3px 0;overflow-wrap:anywhere}
.kind{display:inline-block;min-width:76px;color:var(--badge)}.facts,.note{color:var(--faint)}
.facts{float:right;padding-left:16px}.bad,.bad .kind{color:var(--bad)}
h3{font-size:14px;margin:20px 0 6px}
.summary th{width:70px}.summary td{white-space:pre-wrap;overflow-wrap:anywhere}
.figures th,.figures td{padding-right:22px}.said{white-space:pre-wrap;overflow-wrap:anywhere}
.banner{border:1px solid var(--badge);border-radius:4px;padding:6px 10px;color:var(--badge)}
ul{padding-left:18px;margin:6px 0}li{margin:2px 0}a{color:var(--badge)}
.number{display:inline-block;min-width:40px;color:var(--faint);font-variant-numeric:tabular-nums}
.mark{border:1px solid var(--badge);color:var(--badge);border-radius:3px;padding:0 4px;font-size:12px}
.mine{border-left:3px solid var(--badge);margin:6px 0;padding:2px 10px}
.edit{width:100%;table-layout:fixed}.edit td{border:0}
.who{color:var(--faint);margin:8px 0 2px}
@media print{:root{color-scheme:light;--faint:#555;--line:#bbb;--back:#fff;--panel:#f4f4f4;
--text:#000;--bad:#a00;--badge:#124}body{max-width:none;padding:0;font-size:10.5pt}
details::details-content{content-visibility:visible;display:block}summary{break-after:avoid}
h2,h3{break-after:avoid}tr{break-inside:avoid}pre{font-size:9pt}a{text-decoration:none}}
pre{background:var(--panel);padding:8px 10px;margin:0 0 8px;white-space:pre-wrap;
overflow-wrap:anywhere;border-radius:4px;font:12.5px/1.45 ui-monospace,monospace}
)";

} // namespace

std::string htmlHead(std::string_view title)
{
    std::string head = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "style-src 'unsafe-inline'\">"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                       "<meta name=\"referrer\" content=\"no-referrer\"><title>";
    head += htmlText(title);
    head += "</title><style>";
    head += kStyle;
    head += "</style></head>\n<body>\n";
    return head;
}

std::string htmlText(std::string_view text)
{
    std::string escaped;
    for (const char c : safeText(text)) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

} // namespace tracestore
