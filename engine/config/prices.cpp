#include "engine/config/prices.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace engine {

using tracestore::ErrorCode;
using tracestore::PriceTable;
using tracestore::Result;

namespace {

    /// Far above any table; what is larger is some other file.
    constexpr qint64 kMaxSize = qint64 {16} << 20;

    Result<PriceTable> readTable(QFile& file)
    {
        if (!file.open(QIODevice::ReadOnly))
            return tracestore::fail(ErrorCode::Io, file.errorString().toStdString() + ".");
        const QByteArray text = file.read(kMaxSize + 1);
        if (text.size() > kMaxSize)
            return tracestore::fail(ErrorCode::Limit, "It is larger than 16 MB.");
        return PriceTable::parse({text.constData(), static_cast<std::size_t>(text.size())});
    }

    PriceTable builtinTable()
    {
        QFile file(u":/prices/prices.json"_s);
        auto table = readTable(file);
        ENSURE(table.has_value());
        return std::move(*table);
    }

} // namespace

Prices loadPrices(const QString& userFile)
{
    PriceTable table = builtinTable();
    Prices prices;
    QFile file(userFile);
    if (file.exists()) {
        if (auto own = readTable(file))
            table.overrideWith(std::move(*own));
        else
            prices.problem = "Your prices in " + userFile.toStdString()
                + " are not used: " + own.error().message;
    }
    prices.table = std::make_shared<const PriceTable>(std::move(table));
    return prices;
}

} // namespace engine
