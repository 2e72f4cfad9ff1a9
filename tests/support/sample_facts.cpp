#include "tests/support/sample_facts.h"

#include "tests/support/test_paths.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace tests {
namespace {

    QString sourcesText()
    {
        QFile file(QString::fromStdString((samplesDir() / "SOURCES.md").string()));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    /// From `- **path** from ...` to the next such line.
    const QRegularExpression& entryPattern()
    {
        static const QRegularExpression pattern(
            uR"(^- \*\*(?<path>[^*]+)\*\*(?<rest>(?:(?!^- \*\*).)*))"_s,
            QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
        return pattern;
    }

} // namespace

qint64 SampleFacts::number(const char* name, qint64 orElse) const
{
    return facts.value(QLatin1String(name)).toInteger(orElse);
}

QStringList samplesBelow(const QString& prefix)
{
    QStringList paths;
    const QString text = sourcesText();
    for (auto match = entryPattern().globalMatch(text); match.hasNext();) {
        const QString path = match.next().captured(u"path"_s);
        if (path.startsWith(prefix))
            paths << path;
    }
    return paths;
}

SampleFacts factsOf(const QString& sample)
{
    static const QRegularExpression factsPattern(uR"(facts: `(\{.*\})`)"_s);
    const QString text = sourcesText();
    for (auto match = entryPattern().globalMatch(text); match.hasNext();) {
        const auto entry = match.next();
        if (entry.captured(u"path"_s) != sample)
            continue;
        const QString json = factsPattern.match(entry.captured(u"rest"_s)).captured(1);
        return {QJsonDocument::fromJson(json.toUtf8()).object()};
    }
    return {};
}

} // namespace tests
