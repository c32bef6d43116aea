# The pattern of the formula: .github/workflows/release.yml puts in where the repository is, the tag and the sum of the
# source, and adds it to the release as arsync.rb.
class Arsync < Formula
  desc "Fast synchronisation of local file trees with the command line of rsync"
  homepage "https://github.com/OWNER/arsync"
  url "https://github.com/OWNER/arsync/archive/refs/tags/v0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "cmake" => :build
  depends_on "ninja" => :build
  depends_on "fmt"

  on_macos do
    depends_on xcode: ["15.0", :build] if DevelopmentTools.clang_build_version < 1500
  end

  fails_with :clang do
    build 1499
    cause "needs std::expected of C++23"
  end

  fails_with :gcc do
    version "11"
    cause "needs std::expected of C++23"
  end

  def install
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DARSYNC_TESTS=OFF", *std_cmake_args
    system "cmake", "--build", "build"
    bin.install "build/arsync"
  end

  test do
    (testpath/"from/folder").mkpath
    (testpath/"from/folder/file").write "data\n"
    (testpath/"from/empty").write ""
    (testpath/"from/link").make_symlink "folder/file"
    chmod 0640, testpath/"from/folder/file"

    system bin/"arsync", "-a", "from/", "to/"
    system "diff", "-r", "from", "to"
    assert_equal "folder/file", (testpath/"to/link").readlink.to_s
    assert_equal 0640, (testpath/"to/folder/file").stat.mode & 0777
    assert_equal (testpath/"from/folder/file").mtime, (testpath/"to/folder/file").mtime
    assert_empty shell_output("#{bin}/arsync -ai from/ to/")
  end
end
