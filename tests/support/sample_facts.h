#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace tests {

/// The facts that SOURCES.md counts of one foreign sample.
struct SampleFacts
{
    QJsonObject facts;

    /// -1 where the fact is not there, unless another default is given.
    [[nodiscard]] qint64 number(const char* name, qint64 orElse = -1) const;
};

/// The samples of SOURCES.md whose path begins so, in its order.
QStringList samplesBelow(const QString& prefix);

/// The facts of a sample; empty where it is not listed.
SampleFacts factsOf(const QString& sample);

} // namespace tests
