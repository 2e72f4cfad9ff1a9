#include "gui/debug/run_target.h"

#include "engine/breakpoint/trace_hits.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace gui {

using namespace Qt::StringLiterals;

std::optional<engine::Breakpoint> runTarget(const tracestore::Trace& trace, tracestore::SpanId span)
{
    return span.isValid() ? engine::breakpointAt(trace, span) : std::nullopt;
}

QString nextRecordFile(const QString& before)
{
    if (before.isEmpty())
        return {};
    static const QRegularExpression end(u"-\\d{1,4}$"_s);
    const QFileInfo file(before);
    const QString base = file.completeBaseName().remove(end);
    for (int number = 2;; ++number) {
        const QString path
            = file.path() + u'/' + base + u'-' + QString::number(number) + u'.' + file.suffix();
        if (!QFileInfo::exists(path) && !QFileInfo::exists(path + u"-wal"_s))
            return path;
    }
}

} // namespace gui
