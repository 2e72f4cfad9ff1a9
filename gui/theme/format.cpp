#include "gui/theme/format.h"

#include <QDateTime>
#include <QLocale>

#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Duration;

namespace {

    constexpr double kNsPerMs = 1e6;
    constexpr double kNsPerSecond = 1e9;

    /// A number with three figures that matter, but no more than two decimals.
    QString threeFigures(double value)
    {
        const int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
        return QString::number(value, 'f', decimals);
    }

    QString money(double amount, int decimals, const std::string& currency)
    {
        const QString number = QLocale(QLocale::English).toString(amount, 'f', decimals);
        return (currency == "USD" ? u"$"_s : QString(toText(currency) + u' ')) + number;
    }

    bool isInvisible(QChar c)
    {
        const char16_t u = c.unicode();
        const bool isControl = (u < 0x20 && u != u'\n' && u != u'\t') || (u >= 0x7F && u < 0xA0);
        const bool isDirection = (u >= 0x202A && u <= 0x202E) || (u >= 0x2066 && u <= 0x2069)
            || u == 0x200E || u == 0x200F || u == 0x061C;
        return isControl || isDirection || u == 0xFEFF || u == 0x2028 || u == 0x2029;
    }

} // namespace

QString toText(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString formatDuration(Duration duration)
{
    const double ns = static_cast<double>(duration.ns);
    if (duration.ns < 0)
        return u"−"_s
            + formatDuration(Duration {
                duration.ns == std::numeric_limits<std::int64_t>::min() ? 0 : -duration.ns});
    if (duration.ns == 0)
        return u"0 s"_s; // nobody measured nanoseconds
    if (ns < 1000)
        return QString::number(duration.ns) + u" ns"_s;
    if (ns < kNsPerMs)
        return threeFigures(ns / 1000) + u" µs"_s;
    // From here on rounding must not give 1000 ms or 60.0 s.
    if (ns < 999.5 * kNsPerMs)
        return (ns < 10 * kNsPerMs ? threeFigures(ns / kNsPerMs)
                                   : QString::number(std::llround(ns / kNsPerMs)))
            + u" ms"_s;
    if (ns < 59.95 * kNsPerSecond)
        return threeFigures(ns / kNsPerSecond) + u" s"_s;
    const qint64 seconds = std::llround(ns / kNsPerSecond);
    if (seconds < 3600)
        return u"%1 min %2 s"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QChar(u'0'));
    if (seconds < 48 * 3600)
        return u"%1 h %2 min"_s.arg(seconds / 3600).arg(seconds % 3600 / 60, 2, 10, QChar(u'0'));
    return u"%1 d %2 h"_s.arg(seconds / 86400).arg(seconds % 86400 / 3600);
}

QString formatDuration(std::optional<Duration> duration)
{
    return duration ? formatDuration(*duration) : QString();
}

QString formatCount(std::int64_t count)
{
    return QLocale(QLocale::English).toString(static_cast<qlonglong>(count));
}

QString formatCount(std::optional<std::int64_t> count)
{
    return count ? formatCount(*count) : QString();
}

QString formatCountShort(std::int64_t count)
{
    if (count < 10'000)
        return formatCount(count);
    const double value = static_cast<double>(count);
    if (value < 999'500)
        return threeFigures(value / 1e3) + u'k';
    if (value < 999.5e6)
        return threeFigures(value / 1e6) + u'M';
    return threeFigures(value / 1e9) + u'G';
}

QString formatCost(const tracestore::Cost& cost)
{
    const double size = std::abs(cost.amount);
    const int decimals = size == 0 ? 2 : size < 0.001 ? 6 : size < 1 ? 4 : size < 100 ? 2 : 0;
    return money(cost.amount, decimals, cost.currency);
}

QString formatCostShort(const tracestore::Cost& cost)
{
    constexpr double kSmallest = 0.0001;
    if (cost.amount > 0 && cost.amount < kSmallest)
        return u'<' + money(kSmallest, 4, cost.currency);
    return std::abs(cost.amount) < 1 ? money(cost.amount, cost.amount == 0 ? 2 : 4, cost.currency)
                                     : formatCost(cost);
}

QString formatTimestamp(tracestore::Timestamp instant)
{
    return QDateTime::fromMSecsSinceEpoch(instant.ns / 1'000'000)
        .toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s);
}

QString singleLine(std::string_view utf8, qsizetype maxLength)
{
    // Four bytes are the most that a character takes.
    const auto bytes
        = std::min<std::size_t>(utf8.size(), static_cast<std::size_t>(maxLength) * 4 + 4);
    QString text = toText(utf8.substr(0, bytes)).simplified();
    text.removeIf(isInvisible);
    if (text.size() > maxLength || bytes < utf8.size())
        text = text.left(maxLength - 1).trimmed() + u'…';
    return text;
}

QString visibleText(const QString& text)
{
    QString result = text;
    for (QChar& c : result) {
        if (!isInvisible(c) || c == u'\r')
            continue;
        const char16_t u = c.unicode();
        c = u < 0x20 ? QChar(static_cast<char16_t>(0x2400 + u)) : QChar(u'\uFFFD');
    }
    return result;
}

} // namespace gui
