export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#0d6b5b" />
      <path d="M8 11h16M16 11v11" stroke="#fff" strokeWidth="3" strokeLinecap="round" fill="none" />
      <circle cx="24" cy="21" r="2.4" fill="#8fe3cd" />
    </svg>
  );
}
