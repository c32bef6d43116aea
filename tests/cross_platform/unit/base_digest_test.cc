// Expected values: RFC 1320, RFC 1321, RFC 3174, and xxHash's specification (the empty input).
#include "base/digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace arsync {
namespace {

std::string digest(DigestKind kind, std::string_view text, std::size_t piece = 1000)
{
    Digest digest(kind);
    auto left = std::as_bytes(std::span(text));
    while (!left.empty()) {
        const auto part = left.first(std::min(piece, left.size()));
        digest.add(part);
        left = left.subspan(part.size());
    }
    return digest.text();
}

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";

TEST(BaseDigest, Md5)
{
    EXPECT_EQ(digest(DigestKind::Md5, ""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(digest(DigestKind::Md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(digest(DigestKind::Md5, kAlphabet), "c3fcd3d76192e4007dfb496cca67e13b");
    EXPECT_EQ(digest(DigestKind::Md5, kDigits), "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(BaseDigest, Md4)
{
    EXPECT_EQ(digest(DigestKind::Md4, ""), "31d6cfe0d16ae931b73c59d7e0c089c0");
    EXPECT_EQ(digest(DigestKind::Md4, "abc"), "a448017aaf21d8525fc10ae87aa6729d");
    EXPECT_EQ(digest(DigestKind::Md4, kAlphabet), "d79e1c308aa5bbcdeea8ed63df412da9");
    EXPECT_EQ(digest(DigestKind::Md4, kDigits), "e33b4ddc9c38f2199c3e7b164fcc0536");
}

TEST(BaseDigest, Sha1)
{
    EXPECT_EQ(digest(DigestKind::Sha1, ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(digest(DigestKind::Sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(digest(DigestKind::Sha1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

TEST(BaseDigest, Xxh)
{
    EXPECT_EQ(digest(DigestKind::Xxh64, ""), "ef46db3751d8e999");
    EXPECT_EQ(digest(DigestKind::Xxh3, ""), "2d06800538d394c2");
    EXPECT_EQ(digest(DigestKind::Xxh128, ""), "99aa06d3014798d86001c324468d497f");
    EXPECT_EQ(digest(DigestKind::None, "abc"), "");
}

TEST(BaseDigest, PiecesOfAnySizeGiveTheSame)
{
    const std::string text(1000, 'x');
    for (const auto kind : {DigestKind::Md4, DigestKind::Md5, DigestKind::Sha1, DigestKind::Xxh64, DigestKind::Xxh3,
                            DigestKind::Xxh128}) {
        for (const std::size_t length : {1U, 55U, 56U, 63U, 64U, 65U, 119U, 120U, 128U, 1000U}) {
            const auto part = std::string_view(text).substr(0, length);
            const auto whole = digest(kind, part);
            EXPECT_EQ(whole.size(), digest_width(kind));
            for (const std::size_t piece : {1U, 7U, 64U, 65U}) EXPECT_EQ(digest(kind, part, piece), whole) << length;
        }
    }
}

TEST(BaseDigest, Names)
{
    EXPECT_EQ(digest_kind("xxhash"), DigestKind::Xxh64);
    EXPECT_EQ(digest_kind("none"), DigestKind::None);
    EXPECT_EQ(digest_kind("MD5"), std::nullopt);
}

}  // namespace
}  // namespace arsync
