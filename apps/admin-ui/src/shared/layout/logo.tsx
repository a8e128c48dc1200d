/** A key that turns; `turning` while something rotates. */
export const Logo = ({ size = 28, turning = false }: { readonly size?: number; readonly turning?: boolean }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className={turning ? 'kt-logo kt-logo-turning' : 'kt-logo'}>
    <rect width="32" height="32" rx="8" fill="#0f707a" />
    <path d="M21.5 24.6A10 10 0 0 1 9 24" fill="none" stroke="#f2c879" strokeWidth="2.2" strokeLinecap="round" />
    <g className="kt-logo-key" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
      <circle cx="10" cy="16" r="4.2" />
      <path d="M14.2 16H26M22 16v4M26 16v3" />
    </g>
  </svg>
);
