-- @least-build 0000_expand
DROP TABLE "nickname_change";
