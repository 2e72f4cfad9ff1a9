#pragma once

#include <QByteArray>
#include <QIODevice>

namespace engine {

/// The body of a request that can be sent once. Qt sends a request again by itself where a
/// connection breaks before the answer; a call of a model costs money, and each attempt is to be
/// seen and recorded, so what is sent cannot be rewound. One thread.
class OneWayBody : public QIODevice
{
    Q_OBJECT

public:
    explicit OneWayBody(QByteArray bytes);

    [[nodiscard]] bool isSequential() const override { return true; }

    [[nodiscard]] qint64 bytesAvailable() const override;

protected:
    qint64 readData(char* to, qint64 most) override;

    qint64 writeData(const char* /*from*/, qint64 /*size*/) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_read = 0;
};

} // namespace engine
