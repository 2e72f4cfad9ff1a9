#include "engine/provider/one_way_body.h"

#include <algorithm>

namespace engine {

OneWayBody::OneWayBody(QByteArray bytes)
    : m_bytes(std::move(bytes))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OneWayBody::bytesAvailable() const
{
    return m_bytes.size() - m_read + QIODevice::bytesAvailable();
}

qint64 OneWayBody::readData(char* to, qint64 most)
{
    const qint64 size = std::min(most, m_bytes.size() - m_read);
    std::copy_n(m_bytes.constData() + m_read, size, to);
    m_read += size;
    return size;
}

} // namespace engine
